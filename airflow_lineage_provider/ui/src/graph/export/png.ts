import { t } from "../../i18n/t";

/** Canvases beyond this stay empty in some browsers. */
const MOST_PIXELS = 8_000;
const SHARPNESS = 2;

/** An SVG drawn into a PNG, twice as fine as far as a canvas can be so big. */
export const toPng = async (svg: string): Promise<Blob> => {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(SHARPNESS, MOST_PIXELS / Math.max(image.width, image.height, 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(t("graph.toolbar.tooLarge")))), "image/png");
  });
};
