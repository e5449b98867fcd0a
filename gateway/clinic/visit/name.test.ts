import { expect, test } from 'vitest';
import { sameName } from './name.ts';

test.each([
  ['古丽·买买提', '古丽•买买提'],
  ['古丽・买买提', '古丽买买提'],
  ['古丽 买买提', '古丽‧买买提'],
  ['古丽．买买提', '古丽。买买提'],
  ['欧阳某', ' 欧阳某 '],
  ['张　某', '张某'],
  ['张\u200b某', '张某'],
  ['ＳＭＩＴＨ　ＪＯＨＮ', 'John Smith'],
  ["O'NEILL, ANNE-MARIE", 'ANNE MARIE O’NEILL'],
  ['阿卜杜热合曼·阿卜杜克热木·麦', '阿卜杜热合曼·阿卜杜克热木·麦麦提敏'],
])('%s is %s', (onCard, inRoster) => {
  expect(sameName(onCard, inRoster)).toBe(true);
  if (onCard.length < 15) expect(sameName(inRoster, onCard)).toBe(true);
});

test.each([
  ['王别人', '刘建国'],
  ['刘建囯', '刘建国'],
  ['刘建', '刘建国'],
  ['古丽·买买提', '古丽·买提买'],
  ['JOHN SMITH', 'JOHN SMYTH'],
  ['', '刘建国'],
])('%s is not %s', (onCard, inRoster) => {
  expect(sameName(onCard, inRoster)).toBe(false);
});
