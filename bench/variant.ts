/** One measured variant: a row of the table. */
export interface Variant {
  /** Within its group. */
  readonly id: string;
  readonly title: string;
  /** Of `value`, for example `requests/s`. */
  readonly unit: string;
  /** Whether a higher value is faster, or a lower one. */
  readonly faster: 'higher' | 'lower';
  /** The `id` of the variant that counts as 1.00: `relativeTo` itself has its own. */
  readonly relativeTo: string;
  /**
   * Starts it, makes sure that it answers correctly, and warms it up. What it opens is closed by the stack.
   * @throws why it cannot be measured
   */
  open(stack: AsyncDisposableStack): Promise<Opened>;
}

export interface Opened {
  /** Measures once, for about a second. */
  measure(): Promise<Sample>;
}

export interface Sample {
  readonly value: number;
  /** CPU microseconds of one request in the server's process, where that is known: other load on the machine changes it least. */
  readonly cpu?: number | undefined;
}

export interface Group {
  readonly name: string;
  readonly title: string;
  /** Opens what its variants share. */
  variants(stack: AsyncDisposableStack): Promise<readonly Variant[]>;
}
