"""What is really drawn: the picture of a part of a page, measured."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

MEASURE = """async (data) => {
  const image = new Image();
  image.src = data;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const points = context.getImageData(0, 0, image.width, image.height).data;
  let dark = 0, all = 0;
  for (let y = 8; y < image.height - 8; y += 1) for (let x = 8; x < image.width - 8; x += 1) {
    const at = 4 * (y * image.width + x);
    all += 1;
    if (points[at] < 96 && points[at + 1] < 96 && points[at + 2] < 96) dark += 1;
  }
  return dark / all;
}"""


def dark_share(page: Page, selector: str, looks: int = 40) -> float:
    """Share of dark points inside an element (its edge left out), looked at until there are some on a bright ground."""
    share = 0.0
    for _ in range(looks):
        picture = page.locator(selector).screenshot()
        share = float(page.evaluate(MEASURE, "data:image/png;base64," + base64.b64encode(picture).decode()))
        if 0.002 < share < 0.5:
            return share
        page.wait_for_timeout(250)
    return share if share < 0.5 else 0.0
