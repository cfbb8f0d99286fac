import { useTranslation } from 'react-i18next';

/** Numbers, dates and months as they are written in a language. */
export function formatsIn(language: string) {
  const whole = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return {
    /** A probability as a percentage. The ends stay open: no estimate from a photo is nothing or certain. */
    percent(share: number): string {
      if (share < 0.01) return `< ${whole.format(0.01)}`;
      if (share > 0.99) return `> ${whole.format(0.99)}`;
      return whole.format(share);
    },
    number: (value: number, fractionDigits = 0) =>
      value.toLocaleString(language, { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits }),
    day: (date: Date) => date.toLocaleDateString(language, { dateStyle: 'long' }),
    /** @param month 1–12. */
    month: (month: number, width: 'long' | 'narrow' = 'long') =>
      new Intl.DateTimeFormat(language, { month: width, timeZone: 'UTC' }).format(Date.UTC(2020, month - 1, 1)),
  };
}

/** The formats of the language that the page is shown in. */
export function useFormats() {
  const { i18n } = useTranslation();
  return formatsIn(i18n.language);
}
