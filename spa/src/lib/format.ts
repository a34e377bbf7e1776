import { useMemo } from "react";

import { useTranslation, type Language } from "./i18n";

const UNITS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
  { unit: "second", seconds: 1 },
] as const;

function duration(language: Language, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const largest = UNITS.findIndex((unit) => whole >= unit.seconds);
  // The two largest units say enough: nobody plans by the seconds of a day.
  const shown = UNITS.slice(largest === -1 ? 3 : largest).slice(0, 2);
  let left = whole;
  const parts = shown.map(({ unit, seconds: size }) => {
    const amount = Math.floor(left / size);
    left -= amount * size;
    const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" });
    return { amount, text: format.format(amount) };
  });
  return parts
    .filter(({ amount }, index) => amount > 0 || index === 0)
    .map(({ text }) => text)
    .join(" ");
}

export interface Format {
  formatNumber: (value: number) => string;
  /** `percent` is 0 to 100; one decimal, and never rounded up to a 100 that isn't. */
  formatPercent: (percent: number) => string;
  formatDate: (iso: string) => string;
  formatDuration: (seconds: number) => string;
}

export function formatFor(language: Language): Format {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percentage = new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: 1,
    roundingMode: "floor",
  });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return {
    formatNumber: (value) => number.format(value),
    // Tenths are counted in whole numbers: 14.3 / 100 would be 0.14299… and floor to 14.2.
    formatPercent: (percent) => percentage.format((Math.floor(percent * 10 + 1e-6) + 0.01) / 1000),
    formatDate: (iso) => date.format(new Date(iso)),
    formatDuration: (seconds) => duration(language, seconds),
  };
}

/** Numbers, dates and durations in the chosen language. */
export function useFormat(): Format {
  const { language } = useTranslation();
  return useMemo(() => formatFor(language), [language]);
}
