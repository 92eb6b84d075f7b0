import { reduceErrors, wireState } from 'c/fileMigrationWire';

describe('c-file-migration-wire', () => {
  it('tells what is on its way, what was refused, and what was read', () => {
    expect(wireState(undefined)).toBe('loading');
    expect(wireState({ data: undefined, error: undefined })).toBe('loading');
    expect(wireState({ error: { body: { message: 'denied' } } })).toBe('error');
    expect(wireState({ data: [] })).toBe('data');
  });

  it('finds every message wherever the platform put it, once', () => {
    expect(reduceErrors({ body: { message: 'No access' } })).toEqual(['No access']);
    expect(reduceErrors({ body: [{ message: 'A' }, { message: 'B' }, { message: 'A' }] })).toEqual(['A', 'B']);
    expect(
      reduceErrors({
        body: {
          message: 'An error occurred',
          pageErrors: [{ message: 'page' }],
          fieldErrors: { Name: [{ message: 'field' }] },
          output: { errors: [{ message: 'output' }], fieldErrors: { Id: [{ message: 'output field' }] } },
        },
      }),
    ).toEqual(['page', 'output', 'field', 'output field']);
    expect(reduceErrors([new Error('plain'), 'text'])).toEqual(['plain', 'text']);
  });

  it('is never silent about an error, and says nothing without one', () => {
    expect(reduceErrors({ status: 500, statusText: 'Server Error' })).toEqual(['Server Error']);
    expect(reduceErrors({ status: 503 })).toEqual(['503']);
    expect(reduceErrors({})).toHaveLength(1);
    expect(reduceErrors(undefined)).toEqual([]);
  });
});
