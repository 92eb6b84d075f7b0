import { expect } from 'chai';
import { quietWindows } from '../../plugin/src/analyze/activity.ts';
import { rulesHit } from '../../plugin/src/analyze/name-rules.ts';
import { ZoneClock } from '../../plugin/src/analyze/zone-clock.ts';

describe('the clock of a time zone', () => {
  it('reads hours as the wall shows them, across both changes of the clock and in odd zones', () => {
    const zones = ['America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];
    const days = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '1969-12-31'];
    for (const timeZone of zones) {
      const clock = new ZoneClock(timeZone);
      const wall = new Intl.DateTimeFormat('en-CA', {
        timeZone,
        year: 'numeric',
        month: '2-digit',
        weekday: 'long',
        hour: '2-digit',
        hourCycle: 'h23',
      });
      for (const day of days) {
        for (let quarter = 0; quarter < 96; quarter++) {
          const at = Date.parse(`${day}T00:00:00Z`) + quarter * 900_000;
          const parts = Object.fromEntries(wall.formatToParts(at).map(({ type, value }) => [type, value]));
          const { hour, weekday, day: local } = clock.read(at);
          const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
          expect(
            [hour, names[weekday], new Date(local * 86_400_000).toISOString().slice(0, 7)],
            `${timeZone} ${new Date(at).toISOString()}`,
          ).to.deep.equal([Number(parts.hour), parts.weekday, `${parts.year}-${parts.month}`]);
        }
      }
    }
  });
});

describe('quiet windows', () => {
  const week = (busy: (hour: number) => number): number[] => Array.from({ length: 168 }, (_, hour) => busy(hour));

  it('go round the end of the week and do not overlap', () => {
    const windows = quietWindows(
      week((hour) => (hour >= 166 || hour < 2 ? 0 : 10)),
      4,
    );
    expect(windows[0]).to.deep.equal({ weekday: 'Sunday', fromHour: 22, hours: 4, documents: 0, share: 0 });
    const taken = windows.flatMap(({ weekday, fromHour, hours }) => {
      const start =
        ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].indexOf(weekday) * 24;
      return Array.from({ length: hours }, (_, nth) => (start + fromHour + nth) % 168);
    });
    expect(new Set(taken).size).to.equal(taken.length);
  });

  it('are none where nothing is known', () => {
    expect(
      quietWindows(
        week(() => 0),
        4,
      ),
    ).to.deep.equal([]);
  });
});

describe('rules for names', () => {
  const key = (name: string): string => `uploads/x/${name}`;

  it('say nothing against an ordinary name', () => {
    expect(rulesHit('Invoice_2024.pdf', key('Invoice_2024.pdf'))).to.deep.equal([]);
  });

  it('name each trouble', () => {
    expect(rulesHit('Invoice 12.24', key('Invoice_12.24'))).to.deep.equal(['numeric-extension', 'renamed']);
    expect(rulesHit('a\u200bb.pdf', key('a_b.pdf'))).to.include.members(['invisible', 'renamed']);
    expect(rulesHit('e\u0301.pdf', key('\u00e9.pdf'))).to.include('not-nfc');
    expect(rulesHit(' ', key('document'))).to.include('empty');
    expect(rulesHit('@SUM(A1).csv', key('_SUM(A1).csv'))).to.include('formula');
    expect(rulesHit(`${'x'.repeat(300)}.pdf`, key(`${'x'.repeat(200)}.pdf`))).to.include('shortened');
    expect(rulesHit('x'.repeat(80), key('x'.repeat(80)))).to.include.members(['exactly-80', 'no-extension']);
  });
});
