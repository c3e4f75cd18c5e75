import { Box, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";

import { t } from "../../i18n/t";
import { Refusal } from "../../ui/Refusal";
import { HitLine } from "./HitLine";
import type { Offer } from "./offers";

type Props = {
  readonly id: string;
  readonly label: string;
  readonly offers: readonly Offer[];
  /** Place of the one that Enter picks. */
  readonly active: number;
  readonly isRecent: boolean;
  readonly hasMore: boolean;
  readonly error: Error | null;
  readonly width: string;
  readonly onActive: (at: number) => void;
  readonly onPick: (offer: Offer) => void;
};

/** What may be picked, below the field that asked for it. */
export const OfferList = ({ id, label, offers, active, isRecent, hasMore, error, width, onActive, onPick }: Props) => {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In newer browsers it returns a promise, which React would call as the clean-up.
    list.current?.children[active]?.scrollIntoView?.({ block: "nearest" });
  }, [active]);
  return (
    <Box
      bg="bg.panel"
      borderRadius="md"
      borderWidth="1px"
      boxShadow="md"
      maxHeight="24rem"
      minWidth="100%"
      mt={1}
      overflowY="auto"
      position="absolute"
      width={width}
      zIndex={20}
    >
      {isRecent ? <Note text={t("graph.search.recent")} /> : null}
      {offers.length > 0 ? (
        <Box aria-label={label} id={id} ref={list} role="listbox">
          {offers.map((offer, at) => (
            <Box
              key={offer.id}
              aria-selected={at === active}
              bg={at === active ? "bg.emphasized" : undefined}
              cursor="pointer"
              id={`${id}-${at}`}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onPick(offer)}
              onMouseEnter={() => onActive(at)}
              px={3}
              py={1.5}
              role="option"
            >
              <HitLine hit={offer.hit} />
            </Box>
          ))}
        </Box>
      ) : null}
      {error ? (
        <Box pb={3} px={3}>
          <Refusal error={error} />
        </Box>
      ) : offers.length === 0 ? (
        <Box px={3} py={2} role="status">
          <Text fontWeight="semibold">{t("graph.search.noneTitle")}</Text>
          <Text color="fg.muted">{t("graph.search.none")}</Text>
        </Box>
      ) : null}
      {hasMore ? <Note text={t("graph.search.more")} /> : null}
    </Box>
  );
};

const Note = ({ text }: { readonly text: string }) => (
  <Text color="fg.muted" fontSize="xs" px={3} py={1}>
    {text}
  </Text>
);
