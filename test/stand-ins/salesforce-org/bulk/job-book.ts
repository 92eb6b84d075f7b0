import { ApiError } from '../http/api-error.ts';

type AnyJob = { readonly id: string; readonly userId: string; readonly madeAt: number };

/** The jobs there are, for as long as jobs live. */
export class JobBook<Job extends AnyJob> {
  readonly #jobs = new Map<string, Job>();
  readonly #lifeMs: number;
  readonly #clock: () => number;

  constructor(lifeMs: number, clock: () => number) {
    this.#lifeMs = lifeMs;
    this.#clock = clock;
  }

  add(job: Job): void {
    this.#jobs.set(job.id, job);
  }

  /** Throws 404 for jobs that are gone, expired or somebody else's, unless the caller may manage all of them. */
  find(id: string, userId: string, managesAll = false): Job {
    const job = this.#jobs.get(id) ?? [...this.#jobs.values()].find((candidate) => candidate.id.slice(0, 15) === id);
    if (job !== undefined && (managesAll || job.userId === userId) && this.#clock() - job.madeAt <= this.#lifeMs)
      return job;
    throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  }

  of(userId: string): Job[] {
    return this.all().filter((job) => job.userId === userId && this.#clock() - job.madeAt <= this.#lifeMs);
  }

  /** Everybody's, newest last. */
  living(): Job[] {
    return this.all().filter((job) => this.#clock() - job.madeAt <= this.#lifeMs);
  }

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  remove(id: string): void {
    this.#jobs.delete(id);
  }
}
