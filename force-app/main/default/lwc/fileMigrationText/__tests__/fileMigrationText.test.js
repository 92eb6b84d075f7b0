import { bytes, count, duration, fill, secondsBetween, share } from 'c/fileMigrationText';

describe('c-file-migration-text', () => {
  it('puts values into labels and leaves placeholders without a value', () => {
    expect(fill('{0} of {1}', 'a', 'b')).toBe('a of b');
    expect(fill('{0} of {1}', 'a')).toBe('a of {1}');
  });

  it('writes counts and bytes as people read them', () => {
    expect(count(1299245)).toBe('1,299,245');
    expect(count(undefined)).toBe('0');
    expect(bytes(0)).toBe('0 B');
    expect(bytes(1_700_000_000_000)).toBe('1.7 TB');
    expect(bytes(999)).toBe('999 B');
  });

  it('never calls something all or none that is not', () => {
    expect(share(1, 1_000_000)).toBe('0.1%');
    expect(share(999_999, 1_000_000)).toBe('99.9%');
    expect(share(1_000_000, 1_000_000)).toBe('100%');
    expect(share(0, 5)).toBe('0%');
    expect(share(0, 0)).toBe('');
  });

  it('writes durations in their two largest units', () => {
    expect(duration(42)).toBe('42s');
    expect(duration(725)).toBe('12m');
    expect(duration(3874)).toBe('1h 4m');
    expect(duration(3600)).toBe('1h');
    expect(duration(200_000)).toBe('2d 7h');
    expect(duration(-3)).toBe('0s');
  });

  it('measures up to now when there is no end', () => {
    expect(secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', 0)).toBe(60);
    expect(secondsBetween('2026-01-01T00:00:00Z', undefined, Date.parse('2026-01-01T00:00:05Z'))).toBe(5);
    expect(secondsBetween(undefined, undefined, 1)).toBe(0);
  });
});
