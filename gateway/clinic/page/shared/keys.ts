/** The keyboard of the whole page, in one place. Pure. */
export type Act = 'search' | 'repeat' | 'diagnosis' | 'settle' | 'back' | 'next' | 'type' | null;

export interface Press {
  key: string;
  ctrl: boolean; // Ctrl, Alt or Meta
  composing: boolean; // an input method is at work
  held: boolean; // the key repeats
  inField: boolean; // the key already goes to a field or a button
}

/** `where`: 'after' is the settled visit on the screen; there any plain key goes on, F9 (pressed twice in haste) does not. */
export function actFor(press: Press, where: 'desk' | 'after' | 'other'): Act {
  if (press.composing || press.ctrl || press.held) return null;
  switch (press.key) {
    case 'F2':
      return where === 'after' ? 'next' : 'search';
    case 'F3':
      return where === 'desk' ? 'diagnosis' : null;
    case 'F4':
      return where === 'desk' ? 'repeat' : null;
    case 'F9':
      return where === 'desk' ? 'settle' : null;
    case 'Escape':
      return where === 'after' ? 'next' : 'back';
    case 'Enter':
    case ' ':
      return where === 'after' && !press.inField ? 'next' : null;
    default:
      return where === 'desk' && !press.inField && press.key.length === 1 ? 'type' : null;
  }
}

/** Keys the browser would use for something else. */
export function taken(key: string): boolean {
  return key === 'F2' || key === 'F3' || key === 'F4' || key === 'F9';
}
