import { LightningElement, api } from 'lwc';
import PATH from '@salesforce/label/c.File_Migration_Path';

/** The milestones as a path. Which there are, their words and their order stand in File_Migration_Milestone__mdt. */
export default class FileMigrationPath extends LightningElement {
  labels = { path: PATH };
  @api milestones = [];
  /** Developer name of the milestone that the migration works on. */
  @api current;

  get meaning() {
    return this.milestones.find(({ DeveloperName }) => DeveloperName === this.current)?.Description__c;
  }
}
