import Type, { type TObject, type TProperties, type TSchema, type TUnsafe } from 'typebox';

/** What the contract's shapes are made of. A TypeBox schema is JSON Schema as it stands. */

/** An object whose unknown members are refused: frames of messages and keys. */
export const strict = <P extends TProperties>(properties: P): TObject<P> =>
  Type.Object(properties, { additionalProperties: false });

/** An object whose unknown members are kept and ignored: a later release may have added one. */
export const open = <P extends TProperties>(properties: P): TObject<P> =>
  Type.Object(properties, { additionalProperties: true });

/** One of a few texts. */
export const oneOf = <T extends string>(...values: readonly T[]): TUnsafe<T> =>
  Type.Unsafe<T>({ type: 'string', enum: values });

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/**
 * A text of any length: a validator counts code points for a limit, and what holds it is limited as a whole.
 */
export const Text = Type.String();

/** A text that says something, of at most so many characters. */
export const shortText = (longest: number) => Type.String({ minLength: 1, maxLength: longest });
