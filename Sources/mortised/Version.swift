/// The version of the program, whatever it is called by.
package enum Version {
    package static let current = "0.1.0"
}
