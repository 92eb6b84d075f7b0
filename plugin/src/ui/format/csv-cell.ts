/**
 * A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function safeCell(value: string): string {
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
