/** What the township has against a record or a ledger. It is held all the same. docs/wire.md §5 */
export interface Objection {
  code: string;
  text: string;
  /** What many records may share: stated once. */
  subject?: string;
}
