import { Box, chakra, Flex, Text } from "@chakra-ui/react";

import { t } from "../../i18n/t";
import { useRoom } from "../../ui/useRoom";
import { ChartTable } from "./ChartTable";
import { type Frame, linePath, lonely, niceTop, ticks, xOf, yOf } from "./scale";
import { timeLabel } from "./timeLabel";

export type Line = {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A token of Chakra's palette. */
  readonly color: string;
  readonly isDashed?: boolean;
};

type Props = {
  readonly title: string;
  readonly times: readonly string[];
  /** Length of a bucket. */
  readonly seconds: number;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** Upper end of the axis; by default the next round number. */
  readonly top?: number;
};

/** As wide as there is room: texts of a drawing that is scaled would be as large or small as it. */
const frameOf = (width = 480): Frame => ({ width, height: 160, left: 52, right: 12, top: 10, bottom: 24 });

/** Lines over time, drawn as SVG; the same numbers stand in a table for who cannot see them. */
export const LineChart = ({ title, times, seconds, lines, format, top }: Props) => {
  const highest = Math.max(0, ...lines.flatMap(({ values }) => values.filter((value) => value !== null)));
  const end = top ?? niceTop(highest);
  const { ref, room } = useRoom();
  const frame = frameOf(room?.width);
  const isEmpty = lines.every(({ values }) => values.every((value) => value === null));
  return (
    <Box as="figure" borderRadius="md" borderWidth="1px" m={0} minWidth={0} p={3}>
      <Flex as="figcaption" gap={4} mb={1} wrap="wrap">
        <Text fontWeight="medium">{title}</Text>
        {lines.length > 1 ? lines.map((line) => <Legend key={line.name} line={line} />) : null}
      </Flex>
      {isEmpty ? (
        <Text color="fg.muted" py={8} textAlign="center">
          {t("governance.health.noPoints")}
        </Text>
      ) : (
        <chakra.svg aria-hidden display="block" height={`${frame.height}px`} ref={ref} viewBox={`0 0 ${frame.width} ${frame.height}`} width="100%">
          {ticks(end, 2).map((value) => (
            <chakra.g key={value} color="border">
              <line
                stroke="currentColor"
                x1={frame.left}
                x2={frame.width - frame.right}
                y1={yOf(value, end, frame)}
                y2={yOf(value, end, frame)}
              />
              <chakra.text color="fg.muted" fill="currentColor" fontSize="12px" textAnchor="end" x={frame.left - 6} y={yOf(value, end, frame) + 4}>
                {format(value)}
              </chakra.text>
            </chakra.g>
          ))}
          {lines.map((line) => (
            <LinePath end={end} frame={frame} key={line.name} line={line} />
          ))}
          <TimeAxis frame={frame} seconds={seconds} times={times} />
        </chakra.svg>
      )}
      <ChartTable format={format} lines={lines} seconds={seconds} times={times} title={title} />
    </Box>
  );
};

type PathProps = { readonly line: Line; readonly end: number; readonly frame: Frame };

const LinePath = ({ line, end, frame }: PathProps) => (
  <chakra.g color={line.color}>
    <path
      d={linePath(line.values, end, frame)}
      fill="none"
      stroke="currentColor"
      strokeDasharray={line.isDashed ? "5 3" : undefined}
      strokeLinejoin="round"
      strokeWidth={2}
    />
    {lonely(line.values).map((at) => (
      <circle cx={xOf(at, line.values.length, frame)} cy={yOf(line.values[at] ?? 0, end, frame)} fill="currentColor" key={at} r={3} />
    ))}
  </chakra.g>
);

type AxisProps = { readonly times: readonly string[]; readonly seconds: number; readonly frame: Frame };

const TimeAxis = ({ times, seconds, frame }: AxisProps) => {
  const places = [...new Set([0, Math.floor((times.length - 1) / 2), times.length - 1])].filter((at) => at >= 0);
  return places.map((at, place) => (
    <chakra.text
      color="fg.muted"
      fill="currentColor"
      fontSize="12px"
      key={at}
      textAnchor={place === 0 ? "start" : place === places.length - 1 ? "end" : "middle"}
      x={xOf(at, times.length, frame)}
      y={frame.height - 6}
    >
      {timeLabel(times[at] ?? "", seconds)}
    </chakra.text>
  ));
};

const Legend = ({ line }: { readonly line: Line }) => (
  <Flex align="center" color={line.color} gap={1.5}>
    <svg aria-hidden height={8} width={20}>
      <line stroke="currentColor" strokeDasharray={line.isDashed ? "5 3" : undefined} strokeWidth={2} x1={0} x2={20} y1={4} y2={4} />
    </svg>
    <Text color="fg.muted" fontSize="xs">
      {line.name}
    </Text>
  </Flex>
);
