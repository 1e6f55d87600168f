// The transfer, translated from `specs/token.md` function by function. `state` is a view of `State`, changed in place;
// amounts are BigInts of nAXN; addresses are 20 bytes.

import { findKey, insertLink } from "./indexed-list.mjs";
import { require } from "./rejection.mjs";
import { fromHex } from "./wire.mjs";

/** The operations of the token that this client has, by their name in `functions.json`. */
export function tokenOperations(types, constants) {
  const Account = types.get("Account");
  const Address = types.get("Address");
  const Event = types.get("Event");
  const Link = types.get("Link");
  const TransferEvent = types.get("TransferEvent");

  const BURN_ADDRESS = fromHex(constants.BURN_ADDRESS.value);
  const EVENT_TRANSFER = Number(constants.EVENT_TRANSFER.value);
  const MAX_ENTRIES = Number(constants.MAX_ENTRIES.value);
  const MAX_EVENTS = Number(constants.MAX_EVENTS.value);
  const ZERO_ADDRESS = Address.defaultValue();

  function findAccount(token, address) {
    return findKey(token.account_links, Address.hashTreeRoot(address));
  }

  function addAccount(token, address) {
    token.accounts.push(Account.defaultViewDU());
    return insertLink(token.account_links, Address.hashTreeRoot(address), Link);
  }

  function checkOpen(state) {
    require(!state.token.paused, "token.check_open.paused");
    require(state.chain.events.length < MAX_EVENTS, "token.check_open.too-many-events");
  }

  function findPayer(state, address) {
    require(!Address.equals(address, BURN_ADDRESS), "token.find_payer.burn-address");
    const index = findAccount(state.token, address);
    require(index !== 0, "token.find_payer.unknown-account");
    return index;
  }

  function moveBalance(state, payer, owner, recipient, amount) {
    const { token } = state;
    let receiver = findAccount(token, recipient);
    const deposit = receiver === 0 ? token.parameters.entry_deposit : 0n;
    const available = token.accounts.getReadonly(payer).balance;
    require(!Address.equals(recipient, ZERO_ADDRESS), "token.move_balance.zero-recipient");
    require(receiver !== 0 || token.accounts.length < MAX_ENTRIES, "token.move_balance.too-many-accounts");
    require(amount <= token.accounts.getReadonly(owner).balance, "token.move_balance.insufficient-balance");
    require(
      deposit <= (payer === owner ? available - amount : available),
      "token.move_balance.insufficient-balance-for-deposit",
    );

    // Open the account
    if (receiver === 0) {
      receiver = addAccount(token, recipient);
      token.accounts.get(payer).balance -= deposit;
      token.kept_deposits += deposit;
    }

    // Move the value
    token.accounts.get(owner).balance -= amount;
    token.accounts.get(receiver).balance += amount;
  }

  function emitTransfer(state, sender, recipient, amount) {
    const data = TransferEvent.serialize({ sender, recipient, amount });
    state.chain.events.push(Event.toViewDU({ kind: EVENT_TRANSFER, data }));
  }

  function processTransfer(state, sender, transfer) {
    checkOpen(state);
    const payer = findPayer(state, sender);

    moveBalance(state, payer, payer, transfer.recipient, transfer.amount);
    emitTransfer(state, sender, transfer.recipient, transfer.amount);
  }

  return { process_transfer: processTransfer };
}
