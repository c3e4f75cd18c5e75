import { HStack, IconButton } from "@chakra-ui/react";
import { useReactFlow } from "@xyflow/react";

import { t } from "../i18n/t";
import { KeysHelp } from "./KeysHelp";
import type { Picture } from "./layout/useLayout";
import { OutOfView } from "./OutOfView";

type Props = {
  readonly picture: Picture;
  readonly isOverview: boolean;
  readonly onCentre: () => void;
  readonly onOverview: () => void;
  /** Somebody chose how large the picture is. */
  readonly onZoom: () => void;
};

export const ZoomButtons = ({ picture, isOverview, onCentre, onOverview, onZoom }: Props) => {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  const by = (zoom: () => unknown) => (): void => {
    onZoom();
    void zoom();
  };
  const showAll = by(() => fitView({ maxZoom: 1, padding: 0.05 }));
  const buttons = [
    { label: t("graph.canvas.zoomIn"), path: "M12 5v14M5 12h14", onClick: by(zoomIn) },
    { label: t("graph.canvas.zoomOut"), path: "M5 12h14", onClick: by(zoomOut) },
    {
      label: t("graph.canvas.fit"),
      path: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
      onClick: showAll,
    },
    { label: t("graph.canvas.centre"), path: "M12 3v5M12 16v5M3 12h5M16 12h5M12 11v2", onClick: onCentre },
    {
      label: t(isOverview ? "graph.canvas.hideMinimap" : "graph.canvas.showMinimap"),
      path: "M3 5h18v14H3zM13 12h8v7",
      onClick: onOverview,
    },
  ];
  return (
    <HStack gap={0}>
      <OutOfView onShowAll={showAll} picture={picture} />
      {buttons.map(({ label, path, onClick }) => (
        <IconButton key={label} aria-label={label} onClick={onClick} size="2xs" title={label} variant="ghost">
          <svg aria-hidden fill="none" height="14" stroke="currentColor" strokeWidth="2" viewBox="0 0 24 24" width="14">
            <path d={path} />
          </svg>
        </IconButton>
      ))}
      <KeysHelp />
    </HStack>
  );
};
