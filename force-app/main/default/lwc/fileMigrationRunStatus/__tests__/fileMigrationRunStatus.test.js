import { statusLabel, statusTone } from 'c/fileMigrationRunStatus';

describe('c-file-migration-run-status', () => {
  it.each([
    ['running', 'alt-inverse'],
    ['completed', 'success'],
    ['completed_with_failures', 'warning'],
    ['stopped', 'warning'],
    ['interrupted', 'warning'],
    ['failed', 'error'],
  ])('has words and a color for %s', (status, tone) => {
    expect(statusLabel(status)).toMatch(/^c\.File_Migration_Status_/);
    expect(statusTone(status)).toBe(tone);
  });

  it('shows a status of a newer version as it is', () => {
    expect(statusLabel('paused')).toBe('paused');
    expect(statusTone('paused')).toBe('shade');
  });
});
