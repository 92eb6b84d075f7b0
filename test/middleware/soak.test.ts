import { expect } from 'chai';
import { soak } from '@file-migration/kit/redirect/soak';

describe('A soak with faults in the org, in the store and in the credentials', () => {
  it('makes not one redirect that should not be (2,000 requests here, 100,000 by `npm run soak:redirect`)', async () => {
    const { requests, statuses, opened, followed, wrong } = await soak(2000, 7);
    expect(wrong).to.deep.equal([]);
    expect(requests).to.be.at.least(2000);
    expect(opened).to.be.greaterThan(100);
    expect(followed.files).to.be.greaterThan(5);
    expect(followed.faults).to.be.greaterThan(0);
    for (const status of ['302', '400', '404', '503']) expect(statuses[status], status).to.be.greaterThan(0);
  });
});
