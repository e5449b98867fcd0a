/** What the page itself has to say, without the gateway. */
export const PAGE_ERRORS = {
  NO_ANSWER: {
    number: 901,
    cause: 'The gateway did not answer the page.',
    money:
      'Nothing is known to be done; a settlement under way is asked for again under the same request id.',
    doctor: '村医通没反应，这一步还没有做。写好的都还在，请等一等再试。',
    engineer: 'The gateway is starting, has ended, or is stalled: look at the unit and its log.',
  },
  ANSWER_UNREADABLE: {
    number: 902,
    cause: 'What answered the page is no answer of the gateway.',
    money: 'Nothing is known to be done.',
    doctor: '村医通没有听懂，这一步没有做。请再试一次，还不行就打电话问。',
    engineer: 'Another program listens on the port, or the page is of another release: reload it.',
  },
  NOT_A_NUMBER: {
    number: 903,
    cause: 'A quantity or a number of days is not written as a number.',
    money: 'Nothing is settled until it is mended.',
    doctor: '这里要填数字，请改一下。',
    engineer: 'The page sends no draft that it cannot read.',
  },
} as const;
