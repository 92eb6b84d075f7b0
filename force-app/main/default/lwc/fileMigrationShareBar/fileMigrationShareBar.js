import { LightningElement, api } from 'lwc';
import { count, share } from 'c/fileMigrationText';
import DOCUMENTS from '@salesforce/label/c.File_Migration_Documents';
import SHARE from '@salesforce/label/c.File_Migration_Share';
import TOTAL from '@salesforce/label/c.File_Migration_Total';
import WHAT from '@salesforce/label/c.File_Migration_What';

/**
 * Parts of a whole: a bar, and below it the table with every figure and their sum. The bar's colors differ in lightness
 * and come with a legend, so that nobody has to tell colors apart.
 */
export default class FileMigrationShareBar extends LightningElement {
  labels = { documents: DOCUMENTS, share: SHARE, total: TOTAL, what: WHAT };
  @api label;
  /** Each with key, label, value and tone (a class of the style sheet). */
  @api parts = [];

  get sum() {
    return this.parts.reduce((sum, { value }) => sum + value, 0);
  }

  get total() {
    return count(this.sum);
  }

  get shown() {
    return this.parts.filter(({ value }) => value > 0);
  }

  get segments() {
    return this.shown.map(({ key, value, tone }) => ({
      key,
      className: `segment ${tone}`,
      style: `flex-grow: ${value}`,
    }));
  }

  get rows() {
    return this.shown.map((part) => ({
      ...part,
      swatch: `swatch ${part.tone}`,
      count: count(part.value),
      share: share(part.value, this.sum),
    }));
  }

  get summary() {
    return `${this.label}: ${this.rows.map((row) => `${row.label} ${row.share}`).join(', ')}`;
  }
}
