import { Link, type LinkProps } from '@tanstack/react-router';
import { max, nice, ticks } from 'd3-array';
import { curveStepAfter, line, stack } from 'd3-shape';
import { useId, type ComponentProps, type CSSProperties, type ReactNode, type Ref } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

/** The marks of an axis from zero to at least the highest value: whole numbers only. */
function axisOf(highest: number): { readonly top: number; readonly marks: readonly number[] } {
  const [, top] = nice(0, Math.max(1, highest), 3);
  return { top, marks: ticks(0, top, 3).filter(Number.isInteger) };
}

/** The value axis stands at the left of the plot, so that it does not look like a value of the last column. */
function Plot(props: {
  readonly highest: number;
  /** Whether only zero and the highest mark are shown. */
  readonly isSmall?: boolean;
  readonly className: string;
  readonly children: (top: number) => ReactNode;
}): ReactNode {
  const { highest, isSmall = false, className, children } = props;
  const { i18n } = useTranslation();
  const { top, marks: all } = axisOf(highest);
  const marks = isSmall ? [0, top] : all;
  const numbers = marks.map((mark) => i18n.number(mark));
  return (
    <div className={`flex gap-2 pt-2 ${className}`}>
      <div aria-hidden="true" className="relative shrink-0 text-xs whitespace-nowrap text-muted tabular-nums">
        {/* Reserves the width. */}
        <span className="invisible">{numbers.at(-1)}</span>
        {marks.map((mark, index) => (
          <span
            key={mark}
            className="absolute right-0 -translate-y-1/2"
            style={{ top: `${100 - (mark / top) * 100}%` }}
          >
            {numbers[index]}
          </span>
        ))}
      </div>
      <div className="relative isolate min-w-0 flex-1">
        <svg aria-hidden="true" className="absolute inset-0 -z-10 size-full overflow-visible">
          {marks.map((mark) => (
            <line
              key={mark}
              x1="0"
              x2="100%"
              y1={`${100 - (mark / top) * 100}%`}
              y2={`${100 - (mark / top) * 100}%`}
              className={mark === 0 ? 'stroke-line-strong' : 'stroke-line'}
            />
          ))}
        </svg>
        {children(top)}
      </div>
    </div>
  );
}

/** Each has a pattern of its own, so that color never speaks alone. */
const tones = {
  volume: { fill: 'fill-info', pattern: null },
  denied: { fill: 'fill-denied', pattern: 'M-1 5 5 -1M-1 9 9 -1M3 9 9 3' },
  unknown: { fill: 'fill-unknown', pattern: 'M0 1H8M0 5H8' },
} as const;
type Tone = keyof typeof tones;

/** One value of a legend. Direct labels are impossible in stacked columns of a few pixels. */
export function Swatch({ tone }: { readonly tone: Tone }): ReactNode {
  const id = useId();
  return (
    <svg aria-hidden="true" className="mr-1.5 inline size-3 align-[-0.1em]">
      <Fill id={id} tone={tone} />
      <rect width="100%" height="100%" rx="2" {...fillOf(id, tone)} />
    </svg>
  );
}

function Fill({ id, tone }: { readonly id: string; readonly tone: Tone }): ReactNode {
  const { fill, pattern } = tones[tone];
  if (pattern === null) return null;
  return (
    <pattern id={`${id}${tone}`} width="8" height="8" patternUnits="userSpaceOnUse">
      <rect width="8" height="8" className={`${fill} forced-color-adjust-none`} />
      <path d={pattern} className="stroke-surface" strokeWidth="1.5" />
    </pattern>
  );
}

function fillOf(id: string, tone: Tone, style: CSSProperties = {}): ComponentProps<'rect'> {
  const { fill, pattern } = tones[tone];
  return pattern === null
    ? { style, className: `${fill} forced-color-adjust-none` }
    : { style: { ...style, fill: `url(#${id}${tone})` } };
}

type Column<Part extends string> = Readonly<Record<Part, number>> & {
  /** The column in words. */
  readonly text: string;
  readonly link: LinkProps;
};

/** Columns over time, whose parts are stacked. The whole column is its target. */
export function ColumnChart<Part extends string>(props: {
  readonly labelledBy: string;
  readonly describedBy?: string | undefined;
  readonly columns: readonly Column<Part>[];
  /** From the bottom to the top. */
  readonly parts: readonly { readonly key: Part; readonly tone: Tone }[];
  readonly start: string;
  readonly end: string;
  /** The selected columns. */
  readonly range?: { readonly first: number; readonly last: number } | null;
  readonly list?: Omit<ComponentProps<'ol'>, 'className' | 'children'> & {
    readonly ref?: Ref<HTMLOListElement>;
  };
}): ReactNode {
  const { labelledBy, describedBy, columns, parts, start, end, range = null, list } = props;
  const id = useId();
  const sum = (column: Column<Part>): number => parts.reduce((all, { key }) => all + column[key], 0);
  const highest = max(columns, sum) ?? 0;
  const share = 100 / Math.max(1, columns.length);
  const layers = stack<unknown, Column<Part>, Part>()
    .keys(parts.map(({ key }) => key))
    .value((column, key) => column[key])(columns);
  return (
    <>
      <Plot highest={highest} className="min-h-36 grow">
        {(top) => (
          <>
            <svg aria-hidden="true" className="absolute inset-0 size-full">
              {parts.map(({ tone }) => (
                <Fill key={tone} id={id} tone={tone} />
              ))}
              {range !== null && (
                <rect
                  x={`${range.first * share}%`}
                  width={`${(range.last - range.first + 1) * share}%`}
                  height="100%"
                  className="fill-brass-wash stroke-brass-line"
                />
              )}
              {layers.map((layer, at) => {
                const tone = parts[at]?.tone ?? 'volume';
                return layer.map(([from, to], index) =>
                  to <= from ? null : (
                    // At least two pixels high, so that one event among a million is visible.
                    <rect
                      key={index}
                      x={`${(index + 0.08) * share}%`}
                      y={`${100 - (to / top) * 100}%`}
                      width={`${0.84 * share}%`}
                      {...fillOf(id, tone, { height: `max(2px, ${((to - from) / top) * 100}%)` })}
                    />
                  ),
                );
              })}
            </svg>
            <ol
              tabIndex={-1}
              aria-labelledby={labelledBy}
              aria-describedby={describedBy}
              className="absolute inset-0 flex touch-pan-y select-none"
              {...list}
            >
              {columns.map((column, index) => (
                <li key={index} className="h-full min-w-0 flex-1">
                  {sum(column) > 0 && (
                    <Link
                      {...column.link}
                      aria-label={column.text}
                      title={column.text}
                      className="block size-full hover:bg-ink/8 focus-visible:-outline-offset-2"
                    />
                  )}
                </li>
              ))}
            </ol>
          </>
        )}
      </Plot>
      <p aria-hidden="true" className="mt-1 flex justify-between gap-4 text-xs text-muted tabular-nums">
        <span>{start}</span>
        <span>{end}</span>
      </p>
    </>
  );
}

/** One line over time, as steps: a value holds until the next one. A dot marks the last value, even of a short line. */
export function StepLine(props: {
  readonly points: readonly { readonly time: number; readonly value: number }[];
  readonly from: number;
  readonly to: number;
}): ReactNode {
  const { points, from, to } = props;
  const highest = max(points, ({ value }) => value) ?? 0;
  const last = points.at(-1);
  return (
    <Plot highest={highest} isSmall className="min-h-14 grow">
      {(top) => (
        <>
          <svg
            aria-hidden="true"
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            className="absolute inset-0 size-full overflow-visible"
          >
            <path
              d={
                line<(typeof points)[number]>(
                  ({ time }) => ((time - from) / Math.max(1, to - from)) * 100,
                  ({ value }) => 100 - (value / top) * 100,
                ).curve(curveStepAfter)(points) ?? ''
              }
              vectorEffect="non-scaling-stroke"
              strokeWidth="2"
              className="fill-none stroke-info forced-color-adjust-none"
            />
          </svg>
          <svg aria-hidden="true" className="absolute inset-0 size-full overflow-visible">
            {last !== undefined && (
              <circle
                cx="100%"
                cy={`${100 - (last.value / top) * 100}%`}
                r="3"
                className="fill-info forced-color-adjust-none"
              />
            )}
          </svg>
        </>
      )}
    </Plot>
  );
}
