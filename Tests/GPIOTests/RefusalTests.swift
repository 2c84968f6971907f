import GPIO
import Testing
