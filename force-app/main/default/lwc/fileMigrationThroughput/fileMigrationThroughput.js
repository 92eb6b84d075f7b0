import { LightningElement, api } from 'lwc';
import { count, fill } from 'c/fileMigrationText';
import NONE from '@salesforce/label/c.File_Migration_Throughput_None';
import PEAK from '@salesforce/label/c.File_Migration_Throughput_Peak';
import UNREADABLE from '@salesforce/label/c.File_Migration_Snapshot_Unreadable';
import SUMMARY from '@salesforce/label/c.File_Migration_Throughput_Summary';

const WIDTH = 600;
const HEIGHT = 160;
const HEADROOM = 8;

/** Documents a minute over time, as a curve; its text says the same to those who do not see it. */
export default class FileMigrationThroughput extends LightningElement {
  labels = { none: NONE, unreadable: UNREADABLE };
  /** What c/fileMigrationSnapshot has read: points have at (seconds since 1970), documents and bytes. */
  @api snapshot;

  get throughput() {
    return this.snapshot?.throughput ?? { intervalSeconds: 60, points: [] };
  }

  get points() {
    return this.throughput.points;
  }

  get isUnreadable() {
    return this.snapshot?.isUnreadable;
  }

  get hasPoints() {
    return this.points.length > 1;
  }

  get perMinute() {
    return this.points.map(({ documents }) => (documents * 60) / this.throughput.intervalSeconds);
  }

  get peak() {
    return Math.max(...this.perMinute);
  }

  get curve() {
    const step = WIDTH / (this.points.length - 1);
    const scale = (HEIGHT - HEADROOM) / (this.peak || 1);
    return this.perMinute.map((value, index) => `${round(index * step)},${round(HEIGHT - value * scale)}`).join(' ');
  }

  get area() {
    return `0,${HEIGHT} ${this.curve} ${WIDTH},${HEIGHT}`;
  }

  get first() {
    return this.points[0].at * 1000;
  }

  get last() {
    return this.points[this.points.length - 1].at * 1000;
  }

  get peakText() {
    return fill(PEAK, count(this.peak));
  }

  get summary() {
    return fill(SUMMARY, count(this.peak), count(this.perMinute[this.perMinute.length - 1]));
  }
}

function round(value) {
  return Math.round(value * 10) / 10;
}
