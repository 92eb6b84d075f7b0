import { progressOf } from 'c/fileMigrationProgress';

describe('c-file-migration-progress', () => {
  it('takes no milestone for begun that nobody has begun', () => {
    expect(progressOf({ Milestone__c: 'Switch', Verified__c: 5 })).toEqual({
      step: 'Verify',
      attention: 0,
      isReady: true,
      isSwitched: false,
    });
    expect(progressOf({ Milestone__c: 'Switch', Verified__c: 4, Switched__c: 1 })).toMatchObject({
      step: 'Switch',
      isReady: false,
      isSwitched: false,
    });
    expect(progressOf({ Milestone__c: 'Backup', Discovered__c: 5 })).toMatchObject({ step: 'Backup', isReady: false });
  });

  it('is not done while a document needs a decision', () => {
    const left = { Denied__c: 7, Archived__c: 5, Missing__c: 4 };
    expect(progressOf({ Milestone__c: 'Done', Switched__c: 84, ...left })).toEqual({
      step: 'Switch',
      attention: 16,
      isReady: false,
      isSwitched: true,
    });
    expect(progressOf({ Milestone__c: 'Done', ...left })).toMatchObject({ step: 'Switch', isSwitched: false });
    expect(progressOf({ Milestone__c: 'Done', Switched__c: 84, Skipped__c: 3 })).toMatchObject({
      step: 'Done',
      attention: 0,
    });
  });

  it('is not switched while one waits', () => {
    expect(progressOf({ Milestone__c: 'Backup', Switched__c: 84, Discovered__c: 1 }).isSwitched).toBe(false);
  });
});
