import { expect } from 'chai';
import { sharedFence } from '../../plugin/src/catalog/shared-fence.ts';

describe('the shared fence', () => {
  it('asks once for all callers of one turn, and anew for those after it', async () => {
    let asked = 0;
    const fence = sharedFence(() => {
      asked += 1;
      return Promise.resolve();
    });
    await Promise.all([fence(), fence(), fence()]);
    expect(asked).to.equal(1);
    await fence();
    expect(asked).to.equal(2);
  });

  it('asks only after the call, never before', async () => {
    let lost = false;
    const fence = sharedFence(() => (lost ? Promise.reject(new Error('lost')) : Promise.resolve()));
    const answer = fence();
    lost = true;
    expect(await answer.catch((error: unknown) => error)).to.be.instanceOf(Error);
  });
});
