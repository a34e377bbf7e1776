import type { Locator, Page } from "@playwright/test";

function digits(text: string): number {
  return Number(text.replaceAll(/\D/g, ""));
}

/** A campaign's row on the public page, and the numbers it shows. */
export class PublicRow {
  readonly row: Locator;
  private readonly bar: Locator;

  constructor(page: Page, name: string) {
    this.row = page.getByRole("article", { name, exact: true });
    this.bar = this.row.getByRole("progressbar");
  }

  /** As the page tells it to a screen reader: "14.3%, 430 of 3,000 sent". */
  private async numbers(): Promise<{ sent: number; total: number }> {
    const told = (await this.bar.getAttribute("aria-label")) ?? "";
    const [sent = "", total = ""] = told.split(" of ");
    return { sent: digits(sent), total: digits(total) };
  }

  /** 0 until the audience is counted. */
  async sent(): Promise<number> {
    return (await this.bar.count()) > 0 ? (await this.numbers()).sent : 0;
  }

  async total(): Promise<number> {
    return (await this.numbers()).total;
  }
}
