import type { Reply } from './database';

/** Most answers that are kept; beyond them all are forgotten. */
const LIMIT = 1_000;

/**
 * Answers of reads, kept until anything of the database is written: servers look at the topology
 * document again and again, and as often as the clock runs faster. Strongly consistent all the same: an
 * answer counts only if no write was under way from its question on.
 */
export class RememberedReads {
  private readonly answers = new Map<string, Reply>();
  private writing = 0;
  private version = 0;

  /** @param question what the answer depends on, beside the items */
  public async read(question: string, ask: () => Promise<Reply>): Promise<Reply> {
    const known = this.answers.get(question);
    if (known !== undefined) return known;
    const { version } = this;
    const reply = await ask();
    if (reply.status === 200 && this.writing === 0 && version === this.version) {
      if (this.answers.size >= LIMIT) this.answers.clear();
      this.answers.set(question, reply);
    }
    return reply;
  }

  /** Everything that may change an item. */
  public async write<T>(act: () => Promise<T>): Promise<T> {
    this.writing += 1;
    this.forget();
    try {
      return await act();
    } finally {
      this.writing -= 1;
      this.forget();
    }
  }

  private forget(): void {
    this.version += 1;
    this.answers.clear();
  }
}
