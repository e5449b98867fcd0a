/**
 * An error whose code stands in one of the documented tables (docs/errors.md). The text is for the log and
 * names nobody.
 */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code;

  /**
   * `cause`: what was thrown below. Left out where its text would quote what must not be logged, as
   * JSON.parse does.
   */
  constructor(code: Code, detail = '', options?: { cause?: unknown }) {
    super(detail === '' ? code : `${code}: ${detail}`, options);
    this.name = new.target.name;
    this.code = code;
  }
}
