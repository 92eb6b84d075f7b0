import { LightningElement, wire } from 'lwc';
import { refreshApex } from '@salesforce/apex';
import canView from '@salesforce/customPermission/File_Migration_View';
import getAccounts from '@salesforce/apex/FileMigrationStatusController.getAccounts';
import getErrorClasses from '@salesforce/apex/FileMigrationStatusController.getErrorClasses';
import getMilestones from '@salesforce/apex/FileMigrationStatusController.getMilestones';
import getRuns from '@salesforce/apex/FileMigrationStatusController.getRuns';
import getSettings from '@salesforce/apex/FileMigrationStatusController.getSettings';
import { progressOf } from 'c/fileMigrationProgress';
import { statusLabel, statusTone } from 'c/fileMigrationRunStatus';
import { readSnapshot } from 'c/fileMigrationSnapshot';
import { count, fill } from 'c/fileMigrationText';
import { messageFor } from './messages';
import { Nudges } from './nudges';
import ACCOUNTS from '@salesforce/label/c.File_Migration_Top_Accounts';
import ERRORS from '@salesforce/label/c.File_Migration_Errors';
import GATES from '@salesforce/label/c.File_Migration_Gates';
import LOADING from '@salesforce/label/c.File_Migration_Loading';
import REFRESH from '@salesforce/label/c.File_Migration_Refresh';
import RUNBOOK from '@salesforce/label/c.File_Migration_Runbook';
import RUNS from '@salesforce/label/c.File_Migration_Runs';
import SILENT from '@salesforce/label/c.File_Migration_Status_Silent';
import SETTINGS_UNREADABLE from '@salesforce/label/c.File_Migration_Settings_Unreadable';
import SNAPSHOT from '@salesforce/label/c.File_Migration_Snapshot';
import THROUGHPUT from '@salesforce/label/c.File_Migration_Throughput';
import TITLE from '@salesforce/label/c.File_Migration_Title';

/** A run's start shows within ten seconds, also where events do not arrive. */
const REFRESH_MS = 8_000;
const STALE_AFTER_MINUTES = 10;

/**
 * The status panel. All figures come from the newest published snapshot; it asks again while it is visible, and at once
 * when the org tells that something was published.
 */
export default class FileMigrationStatus extends LightningElement {
  labels = {
    accounts: ACCOUNTS,
    errors: ERRORS,
    gates: GATES,
    loading: LOADING,
    refresh: REFRESH,
    runbook: RUNBOOK,
    runs: RUNS,
    settingsUnreadable: SETTINGS_UNREADABLE,
    throughput: THROUGHPUT,
    title: TITLE,
  };
  permitted = Boolean(canView);
  now = Date.now();
  wiredRunsResult = {};
  wiredAccountsResult = {};
  wiredErrorsResult = {};
  wiredSettingsResult = {};
  wiredMilestonesResult = {};
  timer;
  nudges = new Nudges(() => this.refresh());
  handleVisibility = () => this.followVisibility();

  @wire(getRuns)
  wiredRuns(result) {
    this.wiredRunsResult = result;
    this.now = Date.now();
  }

  @wire(getAccounts, { catalogId: '$catalogId' })
  wiredAccounts(result) {
    this.wiredAccountsResult = result;
  }

  @wire(getErrorClasses, { catalogId: '$catalogId' })
  wiredErrors(result) {
    this.wiredErrorsResult = result;
  }

  @wire(getMilestones)
  wiredMilestones(result) {
    this.wiredMilestonesResult = result;
  }

  @wire(getSettings)
  wiredSettings(result) {
    this.wiredSettingsResult = result;
  }

  connectedCallback() {
    if (!this.permitted) {
      return;
    }
    document.addEventListener('visibilitychange', this.handleVisibility);
    this.followVisibility();
    this.nudges.start();
  }

  disconnectedCallback() {
    document.removeEventListener('visibilitychange', this.handleVisibility);
    this.stopClock();
    this.nudges.stop();
  }

  /** Nobody looks at a hidden tab: it costs the org nothing, and is up to date as soon as it is shown again. */
  followVisibility() {
    this.stopClock();
    if (document.visibilityState === 'hidden') {
      return;
    }
    this.refresh();
    // eslint-disable-next-line @lwc/lwc/no-async-operation -- stopped when hidden and on disconnect
    this.timer = setInterval(() => this.refresh(), REFRESH_MS);
  }

  stopClock() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  refresh() {
    this.now = Date.now();
    const results = [this.wiredRunsResult, this.wiredAccountsResult, this.wiredErrorsResult];
    return Promise.all(results.filter(({ data, error }) => data || error).map((result) => refreshApex(result)));
  }

  get run() {
    return this.permitted ? this.wiredRunsResult.data?.[0] : undefined;
  }

  get loading() {
    return this.permitted && !this.wiredRunsResult.data && !this.wiredRunsResult.error;
  }

  get catalogId() {
    return this.run?.Catalog_Id__c;
  }

  get settings() {
    return this.wiredSettingsResult.data?.[0] ?? {};
  }

  get runbook() {
    const link = this.settings.Runbook_Link__c;
    return /^https:\/\//i.test(link ?? '') ? link : undefined;
  }

  get snapshot() {
    return readSnapshot(this.run.Snapshot__c);
  }

  get heartbeat() {
    return Date.parse(this.run.Heartbeat__c);
  }

  /** Seconds since the run gave a sign of life. A browser's clock may be a little behind the org's. */
  get silentSeconds() {
    return this.run ? Math.max(0, (this.now - this.heartbeat) / 1000) : 0;
  }

  get stale() {
    const minutes = this.settings.Stale_After_Minutes__c ?? STALE_AFTER_MINUTES;
    return this.run?.Status__c === 'running' && !(this.silentSeconds <= minutes * 60);
  }

  get atWork() {
    return this.run.Status__c === 'running' && !this.stale;
  }

  /** Documents that still need a decision when all others are switched; 0 before. */
  get exceptions() {
    const { attention, isSwitched } = progressOf(this.run);
    return isSwitched ? attention : 0;
  }

  /** Which of the panel's states is shown. */
  get state() {
    if (!this.permitted) {
      return 'no-permission';
    }
    if (this.wiredRunsResult.error) {
      return 'error';
    }
    if (this.loading) {
      return 'loading';
    }
    if (!this.run) {
      return 'empty';
    }
    if (this.stale) {
      return 'stale';
    }
    return this.run.Status__c === 'completed' && this.exceptions > 0 ? 'exceptions' : this.run.Status__c;
  }

  get message() {
    return messageFor(this.state, {
      error: this.wiredRunsResult.error,
      run: this.run,
      silentSeconds: this.silentSeconds,
      exceptions: this.state === 'exceptions' ? this.exceptions : 0,
    });
  }

  get statusLabel() {
    return this.stale ? SILENT : statusLabel(this.run.Status__c);
  }

  get statusClass() {
    return `slds-theme_${this.stale ? 'warning' : statusTone(this.run.Status__c)}`;
  }

  get snapshotText() {
    return fill(SNAPSHOT, count(this.run.Sequence__c));
  }
}
