import { expect } from 'chai';
import { masked } from '../../plugin/src/model/masked.ts';

describe('A text that is kept', () => {
  for (const [what, text, expected] of [
    [
      'a session token',
      '--target-org 00D5g000000AbCdEAK!AQEAQ.a_b.c --json',
      '--target-org 00D5g000000AbCdEAK!*** --json',
    ],
    [
      'a signature',
      'https://b.example.com/k?X-Amz-Date=1&X-Amz-Signature=0af&v=2',
      'https://b.example.com/k?X-Amz-Date=1&X-Amz-Signature=***&v=2',
    ],
    [
      'a temporary credential',
      'https://b.example.com/k?X-Amz-Security-Token=Fw%2F',
      'https://b.example.com/k?X-Amz-Security-Token=***',
    ],
    ['a password in a URL', 'http://me:pass@proxy.example.com:80/', 'http://me:***@proxy.example.com:80/'],
  ] as const) {
    it(`loses ${what}, and nothing else`, () => expect(masked(text)).to.equal(expected));
  }

  for (const text of ['sf migrate files backup --target-org prod', 'https://v.example.com/a!b.pdf?signed=1']) {
    it(`stays as it is without one: ${text}`, () => expect(masked(text)).to.equal(text));
  }
});
