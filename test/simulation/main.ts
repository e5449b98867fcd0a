/** `npm run simulate`. */
import './desk/main.ts';
