import { LightningElement, api, wire } from 'lwc';
import { NavigationMixin } from 'lightning/navigation';
import { getRecord } from 'lightning/uiRecordApi';

/**
 * A record by its id: shown by name where sharing lets the viewer see it, else by the id itself. What was published
 * holds ids only, so that nobody learns a name through it.
 */
export default class FileMigrationRecordLink extends NavigationMixin(LightningElement) {
  @api recordId;
  url;
  name;

  @wire(getRecord, { recordId: '$recordId', layoutTypes: ['Compact'], modes: ['View'] })
  handleRecord({ data }) {
    this.name = data?.fields?.Name?.value ?? undefined;
  }

  async connectedCallback() {
    this.url = await this[NavigationMixin.GenerateUrl](this.page);
  }

  get page() {
    return { type: 'standard__recordPage', attributes: { recordId: this.recordId, actionName: 'view' } };
  }

  get label() {
    return this.name ?? this.recordId;
  }

  handleClick(event) {
    event.preventDefault();
    this[NavigationMixin.Navigate](this.page);
  }
}
