#ifndef MORTISE_CQRCODE_H
#define MORTISE_CQRCODE_H

#include <qrencode.h>

#endif
