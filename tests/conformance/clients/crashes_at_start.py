import sys

sys.exit("no configuration found")
