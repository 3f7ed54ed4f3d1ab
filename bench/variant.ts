/** One measured variant: a row of the table. */
export interface Variant {
  /** Unique within its group. */
  readonly id: string;
  readonly title: string;
  /** The unit of `value`, for example `requests/s`. */
  readonly unit: string;
  /** Whether a higher value is faster, or a lower one. */
  readonly faster: 'higher' | 'lower';
  /** The `id` of the baseline, whose ratio is 1. A baseline names itself. */
  readonly relativeTo: string;
  /**
   * Starts the variant, asserts that it answers correctly, and warms it up. The stack closes what it opens.
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
  /** CPU microseconds per request or decision in the measured process, if known. Other load on the machine affects it least. */
  readonly cpu?: number | undefined;
}

export interface Group {
  readonly name: string;
  readonly title: string;
  /** Opens the resources that the variants share, and returns the variants. */
  variants(stack: AsyncDisposableStack): Promise<readonly Variant[]>;
}
