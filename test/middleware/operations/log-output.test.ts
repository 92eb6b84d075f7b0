import { expect } from 'chai';
import { LogOutput } from '../../../middleware/src/operations/log-output.ts';

/** An outlet that can be closed, and says what came through. */
class Outlet {
  readonly taken: string[] = [];
  failure: NodeJS.ErrnoException | undefined;
  hangs = false;
  writes = 0;

  readonly write = (bytes: Uint8Array, offset: number): Promise<number> => {
    this.writes++;
    if (this.hangs) return new Promise(() => undefined);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    // a pipe takes a part now and then
    const part = bytes.subarray(offset, offset + 50);
    this.taken.push(Buffer.from(part).toString());
    return Promise.resolve(part.length);
  };
}

function failing(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

describe('The output of log lines', () => {
  it('writes every line whole and in order, many in one go', async () => {
    const outlet = new Outlet();
    const output = new LogOutput(outlet.write);
    const lines = Array.from({ length: 100 }, (_, index) => `{"line":${index}}\n`);
    for (const line of lines) output.write(line);
    expect(await output.close(2000)).to.equal('written');
    expect(outlet.taken.join('')).to.equal(lines.join(''));
    expect(output.trouble).to.equal(undefined);
  });

  it('says by its code why lines cannot be written, keeps them, and writes them when that has passed', async () => {
    const outlet = new Outlet();
    outlet.failure = failing('ENOSPC');
    const output = new LogOutput(outlet.write);
    output.write('a\n');
    await until(() => output.trouble !== undefined);
    expect(output.trouble).to.equal('the log cannot be written (ENOSPC)');
    output.write('b\n');
    outlet.failure = undefined;
    await until(() => output.trouble === undefined);
    expect(await output.close(2000)).to.equal('written');
    expect(outlet.taken.join('')).to.equal('a\nb\n');
  });

  it('takes a full pipe for a slow reader, not for trouble', async () => {
    const outlet = new Outlet();
    outlet.failure = failing('EAGAIN');
    const output = new LogOutput(outlet.write);
    output.write('a\n');
    await until(() => outlet.writes > 2);
    expect(output.trouble).to.equal(undefined);
    outlet.failure = undefined;
    expect(await output.close(2000)).to.equal('written');
  });

  it('holds a bounded amount, says before it is full, and counts what is lost', async () => {
    const outlet = new Outlet();
    outlet.hangs = true;
    const output = new LogOutput(outlet.write);
    const line = `${'x'.repeat(99_999)}\n`;
    for (let count = 0; count < 41; count++) output.write(line);
    expect(output.trouble).to.equal('the log is not read fast enough');
    expect(output.droppedLines).to.equal(0);
    for (let count = 0; count < 59; count++) output.write(line);
    expect(output.droppedLines).to.equal(20);
    await until(() => outlet.writes > 0);
    expect(await output.close(50)).to.equal('hangs');
  });

  it('does not wait for ever at the end for a reader that takes nothing', async () => {
    const outlet = new Outlet();
    outlet.failure = failing('EPIPE');
    const output = new LogOutput(outlet.write);
    output.write('a\n');
    await until(() => output.trouble !== undefined);
    expect(await output.close(50)).to.equal('lost');
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
