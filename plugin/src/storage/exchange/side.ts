/** Which side of a copy answered; it names the failure's code. */
export type Side = 'source' | 'target';
