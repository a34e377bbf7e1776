import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

type DurationUnit = 'second' | 'minute' | 'hour' | 'day';

const steps: [DurationUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

export function createFormat(language: string) {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const oneDigit = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percentWhole = new Intl.NumberFormat(language, { style: 'percent' });
  const percentExact = new Intl.NumberFormat(language, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });

  const unit = (value: number, name: DurationUnit) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);

  return {
    number: (value: number) => whole.format(value),
    compact: (value: number) => compact.format(value),
    /** A tenth of a percent matters while it moves; the ends are said plainly. */
    percent: (value: number) =>
      value === 0 || value === 100 ? percentWhole.format(value / 100) : percentExact.format(value / 100),
    rate: (value: number) => (value < 10 ? oneDigit.format(value) : whole.format(value)),
    dateTime: (iso: string) => dateTime.format(new Date(iso)),
    time: (iso: string) => time.format(new Date(iso)),
    /** The two largest units: nobody needs the seconds of a day-long campaign. */
    duration(seconds: number): string {
      const index = steps.findIndex(([, size]) => seconds >= size);
      if (index === -1) return unit(Math.max(0, Math.round(seconds)), 'second');
      const parts: string[] = [];
      let rest = Math.round(seconds);
      for (const [name, size] of steps.slice(index, index + 2)) {
        const amount = Math.floor(rest / size);
        rest -= amount * size;
        if (amount > 0) parts.push(unit(amount, name));
      }
      return parts.join(' ');
    },
  };
}

export type Format = ReturnType<typeof createFormat>;

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => createFormat(i18n.language), [i18n.language]);
}
