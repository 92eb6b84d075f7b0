import { SfCommand } from '@salesforce/sf-plugins-core';

export default class Empty extends SfCommand {
  static summary = 'Do nothing.';

  async run() {
    await this.parse(Empty);
    this.log('Done.');
    return {};
  }
}
