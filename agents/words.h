#pragma once

#include <span>
#include <string>
#include <string_view>

/// How the chronicle words numbers and names.
namespace tavolo::agents::words {

std::string grouped(double number);                      ///< "751,384"
std::string meur(double eur);                            ///< "1,310 MEUR", "1.2 MEUR"
std::string vehicles(double units);                      ///< "412 thousand", "1.2 thousand", "950"
std::string hours(double hours);                         ///< "25.2 hours"
std::string percent(double share, int digits = 0);       ///< "1.5 %"
std::string counted(double number, const char* unit);    ///< "3 months", "1 month"
std::string cars(std::string_view powertrain);           ///< "electric cars", for "bev"
std::string listed(std::span<const std::string> names);  ///< "A, B and C"
/// The name of a government or union at the start of a sentence.
std::string capitalised(std::string name);

}  // namespace tavolo::agents::words
