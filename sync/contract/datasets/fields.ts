import Type from 'typebox';
import { Day } from '../ids.ts';
import { nullable, oneOf, open, shortText } from '../schema.ts';

/**
 * What several datasets have. Field names are the national platform's where it has one. Unknown members are
 * kept: a township may know more than this release.
 */

/** A text of at most so many characters, or none. */
export const maybeEmpty = (longest: number) => Type.String({ maxLength: longest });

/** Where somebody stands in the credit rating (信用评价). */
export const CreditList = oneOf('black', 'grey', 'white', 'none');

/** A registration, valid from and to (inclusive); no end means still valid. */
export const Registration = open({ code: shortText(30), begndate: Day, enddate: nullable(Day) });
