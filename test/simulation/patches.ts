/**
 * One way to break the product: every `find` stands exactly once in the file, or the patch is out of date.
 */
export interface Patch {
  name: string;
  file: string;
  edits: [find: string, put: string][];
}

export const PATCHES: Patch[] = [
  {
    name: 'acknowledged though the commit failed',
    file: 'gateway/ledger/chain.ts',
    edits: [
      [
        'const result = store.transact(work);',
        `let early: { it: T } | null = null;
      let result: T;
      try {
        result = store.transact(() => (early = { it: work() }).it);
      } catch (error) {
        if (!early) throw error;
        result = (early as { it: T }).it;
      }`,
      ],
    ],
  },
  {
    name: 'the head moves before the commit',
    file: 'gateway/ledger/chain.ts',
    edits: [['next = { seq, hash };', 'head = next = { seq, hash };']],
  },
  {
    name: 'the request id is not looked up',
    file: 'gateway/ledger/settle.ts',
    edits: [
      ['const before = settledBy(act.request, act);', 'const before = null as ReturnType<typeof settledBy>;'],
    ],
  },
  {
    name: 'one bucket of put is skipped',
    file: 'gateway/ledger/apply.ts',
    edits: [
      [
        'for (const put of body.put) addPut(store, sealer.clinic(clinic), person, put, 1);',
        'for (const put of body.put.slice(1)) addPut(store, sealer.clinic(clinic), person, put, 1);',
      ],
    ],
  },
  {
    name: 'a reversal puts once more instead of taking back',
    file: 'gateway/ledger/apply.ts',
    edits: [['original.person, put, -1);', 'original.person, put, 1);']],
  },
  {
    name: 'the delivery mark never goes backwards',
    file: 'gateway/ledger/deliveries.ts',
    edits: [['delivered = through;', 'delivered = Math.max(delivered, through);']],
  },
  {
    name: 'a receipt of any session moves the mark',
    file: 'sync/clinic/uplink.ts',
    edits: [['if (of !== boot || to !== n) return false;', '']],
  },
  {
    name: 'after a hello it goes on from what was sent, not from the receipt',
    file: 'sync/clinic/uplink.ts',
    edits: [['sent = isAnswer ? through : Math.max(sent, through);', 'sent = Math.max(sent, through);']],
  },
  {
    name: 'a receipt goes out before the commit',
    file: 'sync/township/receive/up.ts',
    edits: [
      [
        'const { objections: added, fault } = intake.store(row, batch);',
        `const { objections: added, fault } = store.transact(() => {
      const taken = intake.store(row, batch);
      outbox.sendReceipt(row.ledger);
      return taken;
    });`,
      ],
    ],
  },
  {
    name: 'the township stores records and mark one after the other',
    file: 'sync/township/receive/intake.ts',
    edits: [
      [
        'store.transact((tables) => {',
        '((work: (tables: TownshipTables) => Taken) => work(store))((tables) => {',
      ],
    ],
  },
  {
    name: 'the township books a bucket twice',
    file: 'sync/township/store/sqlite/book.ts',
    edits: [['SET amount = amount + excluded.amount', 'SET amount = amount + 2 * excluded.amount']],
  },
  {
    name: 'the township takes what comes after a gap for a fork',
    file: 'sync/township/receive/intake.ts',
    edits: [['if (seq > head.seq + 1) throw', 'if (seq > head.seq + 1_000_000) throw']],
  },
  {
    name: 'a box whose clock ran ahead is never set right',
    file: 'gateway/ledger/clock.ts',
    edits: [
      ['    floor = at;\n    dispute = null;', '    floor = Math.max(floor, at);\n    dispute = null;'],
    ],
  },
  {
    name: 'the hash in a receipt is not checked',
    file: 'sync/clinic/uplink.ts',
    edits: [['else if (source.hashAt(through) !== hash)', 'else if (source.hashAt(through) === undefined)']],
  },
  {
    name: 'a restore goes on under the old ledger id',
    file: 'gateway/ledger/tools/restore.ts',
    edits: [
      [
        'opening: { ...parts.opening, facts, also }',
        "opening: { ...parts.opening, ledger: backup.store.meta('ledger') ?? '', facts, also }",
      ],
    ],
  },
  {
    name: 'a restore carries nothing on',
    file: 'gateway/ledger/tools/restore.ts',
    edits: [
      ['carried: carriedDigest(rows),', 'carried: carriedDigest([]),'],
      ['for (const row of rows) store.addCarried(row);', ''],
    ],
  },
  {
    name: 'a restore hands nothing in',
    file: 'gateway/ledger/tools/transfer.ts',
    edits: [['if (original === null || known', 'if (original !== undefined || known']],
  },
  {
    name: 'what is held is booked again when it is handed in',
    file: 'sync/township/book/transfer.ts',
    edits: [
      [
        'const place: Place = there === hash ? record : signed.record;',
        'const place: Place = signed.record;',
      ],
      ['place === record || ', ''],
    ],
  },
];

/** The file's text with the patch; throws when the patch does not fit any more. */
export function patched(text: string, { name, file, edits }: Patch): string {
  let result = text;
  for (const [find, put] of edits) {
    const found = result.split(find).length - 1;
    if (found !== 1) throw new Error(`mutant “${name}” is out of date: ${found} times in ${file}: ${find}`);
    result = result.replace(find, () => put);
  }
  return result;
}
