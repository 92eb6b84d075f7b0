/**
 * Remembers answers for a few seconds and lets callers who ask the same at once wait for one answer. Errors are not
 * remembered. Holds a bounded number of answers and drops the oldest first.
 */
export class TtlCache<Answer> {
  readonly #milliseconds: number;
  readonly #most: number;
  readonly #answers = new Map<string, { readonly answer: Answer; readonly until: number }>();
  readonly #asking = new Map<string, Promise<Answer>>();

  /** @param seconds how long an answer is good, from the moment the question was put; 0: only while it is being asked */
  constructor(seconds: number, most: number) {
    this.#milliseconds = seconds * 1000;
    this.#most = most;
  }

  /**
   * @param ask is called when nothing fresh is remembered
   * @param worthKeeping says no to answers that should be asked for again
   */
  async get(
    question: string,
    ask: () => Promise<Answer>,
    worthKeeping: (answer: Answer) => boolean = () => true,
  ): Promise<Answer> {
    const known = this.#answers.get(question);
    if (known !== undefined && known.until > performance.now()) return known.answer;
    const asking = this.#asking.get(question);
    if (asking !== undefined) return asking;
    const asked = this.#ask(question, ask, worthKeeping);
    this.#asking.set(question, asked);
    return asked;
  }

  async #ask(question: string, ask: () => Promise<Answer>, worthKeeping: (answer: Answer) => boolean): Promise<Answer> {
    const askedAt = performance.now();
    try {
      const answer = await ask();
      if (this.#milliseconds > 0 && worthKeeping(answer)) this.#keep(question, answer, askedAt + this.#milliseconds);
      return answer;
    } finally {
      this.#asking.delete(question);
    }
  }

  #keep(question: string, answer: Answer, until: number): void {
    // deleting first puts it at the end, so that the map stays in the order of age
    this.#answers.delete(question);
    this.#answers.set(question, { answer, until });
    for (const [oldest, { until: end }] of this.#answers) {
      if (this.#answers.size <= this.#most && end > performance.now()) break;
      this.#answers.delete(oldest);
    }
  }
}
