import { isEmpEnabled, onError, subscribe, unsubscribe } from 'lightning/empApi';

const CHANNEL = '/event/File_Migration_Progress__e';
/** Only what is published from now on. */
const NEW_EVENTS = -1;

/**
 * Calls when the org tells that something was published. A nudge and no more: where events do not arrive (phones, a
 * spent allowance), the panel's own clock does the work.
 */
export class Nudges {
  nudged;
  subscription;
  wanted = false;

  constructor(nudged) {
    this.nudged = nudged;
  }

  async start() {
    this.wanted = true;
    try {
      if (!(await isEmpEnabled())) {
        return;
      }
      onError(() => this.stop());
      const subscription = await subscribe(CHANNEL, NEW_EVENTS, () => this.nudged());
      this.subscription = subscription;
      if (!this.wanted) {
        this.stop();
      }
    } catch {
      this.subscription = undefined;
    }
  }

  stop() {
    this.wanted = false;
    if (this.subscription) {
      unsubscribe(this.subscription, () => {});
      this.subscription = undefined;
    }
  }
}
