import { expect, test } from 'vitest';
import { readAimId } from './symbology.ts';

test.each([
  [']E06901234567892', { text: '6901234567892', symbology: 'EAN-13' }],
  [']E46901', { text: '6901', symbology: 'EAN-8' }],
  [']C010', { text: '10', symbology: 'Code 128' }],
  [']C110A\u001d21B', { text: '10A\u001d21B', symbology: 'GS1-128' }],
  [']d201', { text: '01', symbology: 'GS1 Data Matrix' }],
  [']d1A', { text: 'A', symbology: 'Data Matrix' }],
  [']Q1村', { text: '村', symbology: 'QR' }],
  [']E112', { text: '12' }],
  [']y0A', { text: 'A' }],
  [']', { text: ']' }],
  ['6901', { text: '6901' }],
])('%j', (text, scan) => {
  expect(readAimId(text)).toEqual(scan);
});
