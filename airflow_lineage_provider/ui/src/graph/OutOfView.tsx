import { Button } from "@chakra-ui/react";
import { useStore } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";

import { t } from "../i18n/t";
import { isInside } from "./layout/frame";
import { absolutePlaces } from "./layout/places";
import type { Picture } from "./layout/useLayout";

/** Milliseconds without a change: while the picture is moved, nobody wants each number to be told. */
const SETTLED = 300;

type Props = { readonly picture: Picture; readonly onShowAll: () => void };

/** How many nodes are not in the window, and the way to see all of them. */
export const OutOfView = ({ picture, onShowAll }: Props) => {
  const places = useMemo(() => [...absolutePlaces(picture).values()], [picture]);
  const count = useStore(({ transform: [x, y, zoom], width, height }) =>
    width === 0 ? 0 : places.filter((place) => !isInside(place, { x, y, zoom }, { width, height })).length,
  );
  const [shown, setShown] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setShown(count), SETTLED);
    return () => clearTimeout(timer);
  }, [count]);
  if (shown === 0) return null;
  return (
    <Button data-testid="out-of-view" onClick={onShowAll} size="2xs" variant="outline">
      {t("graph.canvas.outOfView", { count: shown })}
    </Button>
  );
};
