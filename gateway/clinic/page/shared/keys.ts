/** The keyboard of the whole page, in one place. Pure. */
export type Act = 'search' | 'repeat' | 'diagnosis' | 'settle' | 'back' | 'next' | 'type' | null;

export interface Press {
  key: string;
  ctrl: boolean; // Ctrl, Alt or Meta
  composing: boolean; // an input method is at work
  held: boolean; // the key repeats
  inField: boolean; // the key already goes to a field or a button
}

const ACTS: Record<'desk' | 'after' | 'other', Record<string, Act>> = {
  desk: { F2: 'search', F3: 'diagnosis', F4: 'repeat', F9: 'settle', Escape: 'back' },
  after: { F2: 'next', Escape: 'next' },
  other: { F2: 'search', Escape: 'back' },
};

/**
 * `where`: 'after' is the settled visit on the screen; there any plain key goes on, F9 (pressed twice in
 * haste) does not.
 */
export function actFor(press: Press, where: 'desk' | 'after' | 'other'): Act {
  if (press.composing || press.ctrl || press.held) return null;
  const named = ACTS[where][press.key];
  if (named !== undefined) return named;
  if (press.inField) return null;
  if (where === 'after') return press.key === 'Enter' || press.key === ' ' ? 'next' : null;
  return where === 'desk' && press.key.length === 1 && press.key !== ' ' ? 'type' : null;
}

/** Keys the browser would use for something else. */
export function taken(key: string): boolean {
  return key === 'F2' || key === 'F3' || key === 'F4' || key === 'F9';
}
