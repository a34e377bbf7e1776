import { describe, expect, it } from "vitest";

import { formatFor } from "./format";

const plain = (text: string) => text.replaceAll(/\s/gu, " ");

describe("formatting", () => {
  const en = formatFor("en");
  const ru = formatFor("ru");

  it("writes numbers as the language does", () => {
    expect(en.formatNumber(1_234_567)).toBe("1,234,567");
    expect(plain(ru.formatNumber(1_234_567))).toBe("1 234 567");
  });

  it.each([
    [0, "0%"],
    [14.3, "14.3%"],
    [99.9, "99.9%"],
    [99.99, "99.9%"],
    [100, "100%"],
  ])("writes %d percent as %s, never rounded up", (percent, text) => {
    expect(en.formatPercent(percent)).toBe(text);
  });

  it("keeps every tenth of a percent as the API tells it", () => {
    for (let tenths = 0; tenths <= 1000; tenths += 1) {
      expect(en.formatPercent(tenths / 10)).toBe(`${tenths / 10}%`);
    }
  });

  it.each([
    [0, "0 sec"],
    [59, "59 sec"],
    [125, "2 min 5 sec"],
    [3_600, "1 hr"],
    [90_061, "1 day 1 hr"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(plain(en.formatDuration(seconds))).toBe(text);
  });

  it("writes durations in Russian", () => {
    expect(plain(ru.formatDuration(125))).toBe("2 мин 5 с");
  });
});
