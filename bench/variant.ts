/** One measured variant: a row of the table. */
export interface Variant {
  /** The variant's name, unique within its group. */
  readonly id: string;
  readonly title: string;
  /** The unit of `value`, for example `requests/s`. */
  readonly unit: string;
  /** Which values are faster: higher or lower ones. */
  readonly faster: 'higher' | 'lower';
  /** The `id` of the variant that is the baseline, with the ratio 1. A baseline has its own `id`. */
  readonly relativeTo: string;
  /**
   * Starts the variant, asserts that it answers correctly, and warms it up. Disposing the stack closes it.
   * @throws an error with the reason why the variant cannot be measured
   */
  open(stack: AsyncDisposableStack): Promise<Opened>;
}

export interface Opened {
  /** Measures once, for about a second. */
  measure(): Promise<Sample>;
}

export interface Sample {
  readonly value: number;
  /** CPU microseconds per request or decision. Other load on the machine affects it less than `value`. */
  readonly cpu?: number | undefined;
}

export interface Group {
  readonly name: string;
  readonly title: string;
  variants(stack: AsyncDisposableStack): Promise<readonly Variant[]>;
}
