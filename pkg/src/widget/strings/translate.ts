// Turns the name of a text into the text: the language's own, else English, with its values filled
// in and numbers as the language writes them. It knows nothing of elements.

import { en, type Key, type Strings, type Text } from "./en.js";

export type Values = Readonly<Record<string, string | number>>;

/** A text that is yet to be said, so that it can be said in another language later. */
export interface Message {
  key: Key;
  values?: Values;
}

export interface Translate {
  (key: Key, values?: Values): string;
  /** As the language writes it; `digits` after the point. */
  number(value: number, digits?: number): string;
  /** Two digits that count: for figures that are no more exact. */
  rough(value: number): string;
  bytes(value: number): string;
  date(time: number): string;
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
}

const KILO = 1024;

export function translator(locale: string, strings: Strings): Translate {
  const plurals = new Intl.PluralRules(locale);
  const whole = new Intl.NumberFormat(locale);
  const numbered = (value: string | number): string => (typeof value === "number" ? whole.format(value) : value);
  const say = (key: Key, values: Values = {}): string => {
    const form = formOf(strings[key] ?? en[key], values, plurals);
    return form.replace(/\{(\w+)\}/g, (all, name: string) => (values[name] === undefined ? all : numbered(values[name])));
  };
  const inUnit = (value: number, unit: string, digits: number): string =>
    new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
  return Object.assign(say, {
    number: (value: number, digits = 0) => (digits === 0 ? whole : new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })).format(value),
    rough: (value: number) => new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }).format(value),
    bytes: (value: number) => {
      if (value < KILO) return inUnit(value, "byte", 0);
      return value < KILO * KILO ? inUnit(value / KILO, "kilobyte", 0) : inUnit(value / KILO / KILO, "megabyte", 1);
    },
    date: (time: number) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(time),
    locale,
    direction: directionOf(locale),
  });
}

/** English counts as English does, also where another language lacks a text. */
function formOf(text: Text, values: Values, plurals: Intl.PluralRules): string {
  if (typeof text === "string") return text;
  const count = values["count"];
  return (typeof count === "number" ? text[plurals.select(count)] : undefined) ?? text.other;
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ps|sd|ug|ur|yi)$/;

export function directionOf(locale: string): "ltr" | "rtl" {
  // Old names of a language count as its name: "iw" is "he".
  return RIGHT_TO_LEFT.test(new Intl.Locale(locale).language) ? "rtl" : "ltr";
}
